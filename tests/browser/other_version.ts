// Another version of the script, built from changed sources and on an origin of its own: what a page has that took an older post's tag along.
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { DIST, SiteServer } from './site_server.ts';

const WWW = fileURLToPath(new URL('../../www/', import.meta.url));

/** By a file's end: what stands there, and what stands there in the other version. */
const CHANGES: readonly (readonly [RegExp, string, string])[] = [
  [/src\/glasshouse\.ts$/, "const version = '0.1.0'", "const version = '0.2.0'"],
  // Its elements are known by this.
  [/src\/base\/widget\.ts$/, "attribute: 'data-backend'", "attribute: 'data-backend-0.2'"],
];

export interface OtherVersion {
  readonly site: SiteServer;
  readonly script: string;
  remove(): Promise<void>;
}

/** Minified, with other chunks, another `version`, and elements that reflect `data-backend-0.2`. */
export async function otherVersion(): Promise<OtherVersion> {
  const folder = await mkdtemp(join(tmpdir(), 'glasshouse-version-'));
  const v1 = join(folder, 'v1');
  await build({
    absWorkingDir: WWW, entryPoints: { glasshouse: 'src/glasshouse.ts', worker: 'src/engine/worker.ts' }, outdir: v1,
    bundle: true, splitting: true, minify: true, format: 'esm', target: ['es2022'], external: ['./engine.js', './toy-engine.js', './tokenizer.js'], logLevel: 'warning',
    plugins: [{
      name: 'another version',
      setup: (plugin) => {
        for (const [filter, here, there] of CHANGES) {
          plugin.onLoad({ filter }, ({ path }) => {
            const text = readFileSync(path, 'utf8');
            if (!text.includes(here)) throw new Error(`${path} says nothing of ${here}.`);
            return { contents: text.replace(here, there), loader: 'ts' };
          });
        }
      },
    }],
  });
  for (const name of await readdir(join(DIST, 'v1'))) if (/\.wasm$|^(engine|toy-engine|tokenizer)\.js$/.test(name)) await cp(join(DIST, 'v1', name), join(v1, name));
  const site = await SiteServer.start(folder);
  return { site, script: new URL('v1/glasshouse.js', site.origin).href, remove: async () => (await site.stop(), rm(folder, { recursive: true })) };
}
