// The one script of the site: the JavaScript API, and the elements found on the page.
import type * as api from './api/glasshouse.d.ts';
import { GlasshouseError } from './api/error.ts';
import { loadModel } from './api/load_model.ts';
import { createFolderURL } from './api/source.ts';
import { watchPage } from './widgets.ts';

const version = '0.1.0';

// What is exported is what glasshouse.d.ts promises.
({ GlasshouseError, createFolderURL, loadModel, version }) satisfies typeof api;

export type * from './api/glasshouse.d.ts';
export { GlasshouseError, createFolderURL, loadModel, version };

watchPage();
