/** Files out of a drop or a file field, folders included. */
import { t } from '../../words/words.ts';
import type { PathedFile } from './folders.ts';

/** More than this is somebody's whole disk, not a model. */
const MOST_FILES = 400;

export class TooMany extends Error {}

/** What a file field holds. */
export function pickedIn(field: HTMLInputElement): PathedFile[] {
  return refuseMany([...(field.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
}

/** What was dropped. The browser empties a drop when its event is over, so everything is asked for before anything is awaited. */
export async function droppedIn(transfer: DataTransfer): Promise<PathedFile[]> {
  const items = [...transfer.items].filter(({ kind }) => kind === 'file');
  const heap: PathedFile[] = [];
  const walks = items.map(async (item) => {
    const entry = item.webkitGetAsEntry();
    if (entry) return walk(entry, heap);
    const file = item.getAsFile();
    if (file) heap.push({ path: file.name, file });
  });
  await Promise.all(walks);
  return refuseMany(heap);
}

async function walk(entry: FileSystemEntry, heap: PathedFile[]): Promise<void> {
  if (heap.length > MOST_FILES) return;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    heap.push({ path: entry.fullPath.replace(/^\//, ''), file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A reader gives a folder in portions; an empty one is the end.
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (portion.length === 0 || heap.length > MOST_FILES) return;
    await Promise.all(portion.map((inner) => walk(inner, heap)));
  }
}

function refuseMany(heap: PathedFile[]): PathedFile[] {
  if (heap.length > MOST_FILES) throw new TooMany(t`These are more than ${MOST_FILES} files. Choose the folder of one model, or of a model and its SAEs.`);
  return heap;
}
