// The registry's Node packages name their system as a text where pnpm expects a list, and would be installed on any.
module.exports = {
  hooks: {
    readPackage(manifest) {
      if (/^node-(linux|darwin|win)-/.test(manifest.name)) {
        manifest.os = [manifest.os].flat();
        manifest.cpu = [manifest.cpu].flat();
      }
      return manifest;
    },
  },
};
