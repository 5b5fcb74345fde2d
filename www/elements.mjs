// The custom-elements manifest (v1/custom-elements.json), read from the elements' own sources: what editors, documentation
// tools and frameworks need to know about the tags. https://github.com/webcomponents/custom-elements-manifest
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const here = dirname(fileURLToPath(import.meta.url));
const MODULE = 'dist/v1/glasshouse.js';

/** What every element emits; `GlassWidget` is where they are emitted. */
const EVENTS = [
  ['glass-ready', 'The first picture stands.'],
  ['glass-progress', 'A download or a training has gone on; `detail` says how far.'],
  ['glass-change', 'The state changed, and the picture answers it.'],
  ['glass-error', 'It cannot be computed; `detail` has a code and a sentence.'],
];

export async function manifest() {
  const widgets = await readFile(join(here, 'src', 'widgets.ts'), 'utf8');
  const sources = [...widgets.matchAll(/'(glass-[a-z-]+)': \(\) => import\('\.\/([^']+)'\)/g)];
  const declarations = await Promise.all(sources.map(([, tagName, path]) => declaration(tagName, join('src', path))));
  return {
    schemaVersion: '1.0.0',
    modules: [{
      kind: 'javascript-module',
      path: MODULE,
      declarations,
      exports: declarations.map(({ name, tagName }) => ({ kind: 'custom-element-definition', name: tagName, declaration: { name, module: MODULE } })),
    }],
  };
}

/** @param {string} tagName @param {string} path of its class, from here */
async function declaration(tagName, path) {
  const line = await lineage(path);
  const all = (/** @type {'attributes' | 'fields' | 'methods'} */ kind) => line.flatMap((ancestor) => ancestor[kind]);
  const [, description = ''] = (await readFile(join(here, dirname(path), 'README.md'), 'utf8')).split('\n\n');
  return {
    kind: 'class',
    name: line[0].name,
    tagName,
    customElement: true,
    description: description.replaceAll('\n', ' '),
    attributes: all('attributes'),
    members: [...all('fields'), ...all('methods')],
    events: EVENTS.map(([name, description]) => ({ name, type: { text: 'CustomEvent' }, description })),
  };
}

/** What a class has of its own, and then what each of its ancestors in this project has. @param {string} path @returns {Promise<ReturnType<typeof members>[]>} */
async function lineage(path) {
  const file = ts.createSourceFile(path, await readFile(join(here, path), 'utf8'), ts.ScriptTarget.Latest, true);
  const node = file.statements.find((statement) => ts.isClassDeclaration(statement) && statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword));
  if (!node || !ts.isClassDeclaration(node)) throw new Error(`${path} exports no class.`);
  const parent = node.heritageClauses?.[0]?.types[0]?.expression.getText();
  const [, from] = new RegExp(`import \\{[^}]*\\b${parent}\\b[^}]*\\} from '(\\.[^']+)'`).exec(file.text) ?? [];
  return [members(node), ...(from ? await lineage(join(dirname(path), from)) : [])];
}

/** What stands in the public part of a class: properties with attributes, and methods with a description. @param {ts.ClassDeclaration} node */
function members(node) {
  const attributes = [], fields = [], methods = [];
  for (const member of node.members) {
    const name = member.name?.getText() ?? '';
    const hidden = ts.getModifiers(/** @type {ts.HasModifiers} */ (member))?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword || kind === ts.SyntaxKind.ProtectedKeyword || kind === ts.SyntaxKind.OverrideKeyword);
    if (hidden || name.startsWith('#')) continue;
    const options = ts.isPropertyDeclaration(member) ? propertyOptions(member) : null;
    if (options !== null && ts.isPropertyDeclaration(member)) {
      const value = member.initializer;
      const isLiteral = value && (ts.isStringLiteral(value) || ts.isNumericLiteral(value) || ts.isPrefixUnaryExpression(value) || [ts.SyntaxKind.NullKeyword, ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword].includes(value.kind));
      const type = { text: member.type?.getText() ?? typeOf(value) };
      const facts = { ...described(member), type, ...(isLiteral && { default: value.getText() }) };
      const attribute = /attribute: '([^']+)'/.exec(options)?.[1] ?? name.toLowerCase();
      attributes.push({ name: attribute, fieldName: name, ...facts });
      fields.push({ kind: 'field', name, privacy: 'public', attribute, reflects: true, ...facts });
    } else if (ts.isMethodDeclaration(member) && described(member).description) {
      const parameters = member.parameters.map((parameter) => ({ name: parameter.name.getText(), ...(parameter.type && { type: { text: parameter.type.getText() } }) }));
      methods.push({ kind: 'method', name, privacy: 'public', ...described(member), parameters, ...(member.type && { return: { type: { text: member.type.getText() } } }) });
    }
  }
  return { name: node.name?.text ?? '', attributes, fields, methods };
}

/** What `@property(…)` was given; null where there is no such decorator. @param {ts.PropertyDeclaration} member */
function propertyOptions(member) {
  const call = ts.getDecorators(member)?.map(({ expression }) => expression).find((expression) => ts.isCallExpression(expression) && expression.expression.getText() === 'property');
  return call && ts.isCallExpression(call) ? call.arguments.map((argument) => argument.getText()).join() : null;
}

/** @param {ts.Expression | undefined} value */
function typeOf(value) {
  if (value && (ts.isNumericLiteral(value) || ts.isPrefixUnaryExpression(value))) return 'number';
  return value && (value.kind === ts.SyntaxKind.TrueKeyword || value.kind === ts.SyntaxKind.FalseKeyword) ? 'boolean' : 'string';
}

/** @param {ts.Node} node */
function described(node) {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '');
  const description = comments.join(' ').replaceAll(/\s+/g, ' ').trim();
  return description ? { description } : {};
}
