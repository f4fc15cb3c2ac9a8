/** A pickle of these opcodes, between the protocol's number and the end. */
export function pickleOf(...opcodes: (string | number[])[]): Uint8Array {
  const parts = opcodes.map((part) =>
    typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part),
  );
  return Buffer.concat([Buffer.from([0x80, 2]), ...parts, Buffer.from('.')]);
}
