/**
 * ONNX Runtime 1.30 reports sessions and runs to its maker, from a thread of each process, and leaves an empty
 * `mat-debug-*.log` and a device's identifier behind. A system under test does what it was asked and nothing else, so
 * that is off unless somebody has set the variable. Imported before `onnxruntime-node`, and by the main thread: a
 * worker's `process.env` is a copy, of which native code sees nothing.
 */
process.env.ORT_DISABLE_TELEMETRY ??= '1';
