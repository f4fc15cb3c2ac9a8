/** A tab in the background may put off loading a video for ever; most are of the kind that plays. */
const TIMEOUT_MS = 8_000;

/** Whether the browser shows the pictures of a video; found out by its first one. */
export async function canPlay(file: Blob): Promise<boolean> {
  const url = URL.createObjectURL(file);
  const video = document.createElement('video');
  video.muted = true;
  video.preload = 'auto';
  try {
    return await new Promise((resolve) => {
      video.addEventListener('loadeddata', () => resolve(video.videoWidth > 0));
      video.addEventListener('error', () => resolve(false));
      setTimeout(resolve, TIMEOUT_MS, true);
      video.src = url;
    });
  } finally {
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(url);
  }
}
