/** The Markdown of the project's model cards and documents, as elements: headings, paragraphs, lists, tables, code, links. */
import { html, type TemplateResult } from 'lit';
import { t } from '../../words/words.ts';

export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph' | 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

export type Piece = string | { readonly kind: 'code' | 'strong' | 'em' | 'link'; readonly text: string; readonly to?: string };

/** Blocks in order. What it does not know it takes as a paragraph, so no word is lost. */
export function parse(text: string): Block[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  /** The lines from here on that pass. */
  const take = (passes: (line: string) => boolean): string[] => {
    const from = at;
    while (at < lines.length && passes(lines[at] ?? '')) at += 1;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const heading = /^(#{1,6}) +(.*)$/.exec(line);
    if (line.trim() === '') at += 1;
    else if (heading) {
      blocks.push({ kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '' });
      at += 1;
    } else if (line.startsWith('```')) {
      at += 1;
      blocks.push({ kind: 'code', text: take((one) => !one.startsWith('```')).join('\n') });
      at += 1;
    } else if (line.startsWith('    ')) {
      blocks.push({ kind: 'code', text: take((one) => one.startsWith('    ')).map((one) => one.slice(4)).join('\n') });
    } else if (line.startsWith('|') && /^\|[ :|-]+\|$/.test(lines[at + 1]?.trim() ?? '')) {
      const [head = [], , ...rows] = take((one) => one.startsWith('|')).map(cells);
      blocks.push({ kind: 'table', head, rows });
    } else if (/^[-*] /.test(line)) {
      const items: string[] = [];
      for (const one of take((next) => /^([-*] | {2,}\S)/.test(next))) {
        if (/^[-*] /.test(one)) items.push(one.slice(2));
        else items[items.length - 1] += ` ${one.trim()}`;
      }
      blocks.push({ kind: 'list', items });
    } else {
      at += 1;
      const more = take((one) => one.trim() !== '' && !/^(#{1,6} |[-*] |\||```)/.test(one));
      blocks.push({ kind: 'paragraph', text: [line, ...more].map((one) => one.trim()).join(' ') });
    }
  }
  return blocks;
}

const cells = (row: string): string[] => row.trim().replace(/^\||\|$/g, '').split('|').map((cell) => cell.trim());

/** The pieces of a line; words inside code are left as they are. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(/`([^`]+)`|\*\*(.+?)\*\*|(?<!\w)\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^)\s]+)\)/g)) {
    if (match.index > end) found.push(text.slice(end, match.index));
    const [whole, code, strong, em, link, to] = match;
    if (code !== undefined) found.push({ kind: 'code', text: code });
    else if (strong !== undefined) found.push({ kind: 'strong', text: strong });
    else if (em !== undefined) found.push({ kind: 'em', text: em });
    else found.push({ kind: 'link', text: link ?? '', to: to ?? '' });
    end = match.index + whole.length;
  }
  if (end < text.length) found.push(text.slice(end));
  return found;
}

/** @param base what relative links are relative to @param below the level of heading that stands above the text */
export function markdown(blocks: readonly Block[], base: string, below: number): TemplateResult[] {
  const line = (text: string): unknown[] => pieces(text).map((piece) => {
    if (typeof piece === 'string') return piece;
    if (piece.kind === 'code') return html`<code>${piece.text}</code>`;
    if (piece.kind === 'strong') return html`<b>${line(piece.text)}</b>`;
    if (piece.kind === 'em') return html`<em>${line(piece.text)}</em>`;
    const to = new URL(piece.to ?? '', base);
    return /^https?:$/.test(to.protocol) ? html`<a href=${to.href}>${line(piece.text)}</a>` : line(piece.text);
  });
  return blocks.map((block) => {
    switch (block.kind) {
      case 'heading': return heading(below + block.level, line(block.text));
      case 'paragraph': return html`<p>${line(block.text)}</p>`;
      case 'code': return html`<pre tabindex="0"><code>${block.text}</code></pre>`;
      case 'list': return html`<ul>${block.items.map((item) => html`<li>${line(item)}</li>`)}</ul>`;
      case 'table': return html`<div class="scroll" tabindex="0" role="group" aria-label=${t`Table: ${block.head.filter(Boolean).join(', ')}`}><table>
        <thead><tr>${block.head.map((cell) => (cell === '' ? html`<td></td>` : html`<th scope="col">${line(cell)}</th>`))}</tr></thead>
        <tbody>${block.rows.map((row) => html`<tr>${row.map((cell, column) => (column === 0 ? html`<th scope="row">${line(cell)}</th>` : html`<td>${line(cell)}</td>`))}</tr>`)}</tbody>
      </table></div>`;
    }
  });
}

function heading(level: number, content: unknown[]): TemplateResult {
  if (level <= 2) return html`<h2>${content}</h2>`;
  if (level === 3) return html`<h3>${content}</h3>`;
  return level === 4 ? html`<h4>${content}</h4>` : html`<h5>${content}</h5>`;
}
