/** The frame that stands on another page: `embed.html?widget=glass-induction#v=1&text=…`. The element finds its state in the hash. */
import { t } from '../words/words.ts';

const tag = new URLSearchParams(location.search).get('widget') ?? 'glass-induction';
const known = /^glass-[a-z-]+$/.test(tag);
document.querySelector('main')?.append(known ? document.createElement(tag) : t`There is no widget called “${tag}”.`);
