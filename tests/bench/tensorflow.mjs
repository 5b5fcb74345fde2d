// TensorFlow.js with its wasm backend, in the page that asks for it.

export async function tensorflow(site) {
  const folder = new URL('bench-tf/', site).href;
  // Scripts of the old kind: they leave `tf` and `tf.wasm` behind.
  for (const file of ['tfjs/dist/tf.min.js', 'tfjs-backend-wasm/dist/tf-backend-wasm.min.js']) {
    await new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement('script'), { src: folder + file, onload: resolve, onerror: reject });
      document.head.append(script);
    });
  }
  const { tf } = globalThis;
  tf.wasm.setWasmPaths(`${folder}tfjs-backend-wasm/dist/`);
  if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js has no wasm backend here.');
  await tf.ready();
  return tf;
}
