// The Content-Security-Policy of every page, written into it as a <meta> after its charset. docs/hosting.md says what it allows and why.
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** @param {string} page the name of its file */
export function policyOf(page) {
  return Object.entries({
    'default-src': "'none'",
    // WebAssembly is compiled from the site's own files; nothing is evaluated, nothing is inline.
    'script-src': "'self' 'wasm-unsafe-eval'",
    'worker-src': "'self'",
    'style-src': "'self'",
    // blob: a picture on its way to PNG.
    'img-src': "'self' blob:",
    // An author's model may lie on any server; the site's own pages ask nobody but their own.
    'connect-src': page.startsWith('embed.') ? '*' : "'self'",
    'manifest-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'none'",
  }).map((directive) => directive.join(' ')).join('; ');
}

/** @param {string} site the folder of the built site */
export async function protect(site) {
  const pages = (await readdir(site)).filter((name) => name.endsWith('.html'));
  for (const page of pages) {
    const html = await readFile(join(site, page), 'utf8');
    if (html.includes('http-equiv="Content-Security-Policy"')) continue;
    const charset = /^.*<meta charset="utf-8" ?\/?>/m.exec(html);
    if (!charset) throw new Error(`${page} does not begin with its charset, behind which its policy would stand.`);
    const meta = `\n    <meta http-equiv="Content-Security-Policy" content="${policyOf(page)}" />`;
    await writeFile(join(site, page), html.replace(charset[0], (found) => found + meta));
  }
}
