/**
 * ONNX Runtime reports its use to Microsoft (mobile.events.data.microsoft.com) and keeps a number of this machine in
 * `~/.cache/Microsoft`, unless this is set when a process makes its first session. Its native code does not see what a
 * worker thread sets: the main thread has to, before it starts one.
 */
export function silenceRuntime(): void {
  process.env.ORT_DISABLE_TELEMETRY = '1';
}
