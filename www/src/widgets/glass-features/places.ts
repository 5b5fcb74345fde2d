/** Where the project's own folders lie, seen from whatever chunk of the script this stands in. */
export const shipped = (name: string): string => new URL(`../models/${name}/`, import.meta.url).href;
