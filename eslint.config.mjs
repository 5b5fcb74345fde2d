import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist', 'target', '**/node_modules', '**/*.mjs', '**/*.js', '**/*.d.ts'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      eqeqeq: 'error',
      'max-lines': ['warn', 400],
    },
  },
  {
    files: ['www/src/**/*.ts'],
    rules: {
      // Live or labelled: nothing random stands in for a model, and whatever is drawn at random can be drawn again.
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'Use a seeded generator.' }],
      // Text is never interpreted as HTML.
      'no-restricted-syntax': [
        'error',
        { selector: "AssignmentExpression > MemberExpression.left[property.name=/^(inner|outer)HTML$/]", message: 'Text is never interpreted as HTML.' },
        { selector: "CallExpression[callee.property.name='insertAdjacentHTML']", message: 'Text is never interpreted as HTML.' },
        // The Content-Security-Policy of the pages forbids style attributes; the property sets the same through the CSSOM.
        { selector: "TaggedTemplateExpression[tag.name='html'] > TemplateLiteral > TemplateElement[value.raw=/\\sstyle=/]", message: 'Write .style=, not style=.' },
      ],
      'no-restricted-imports': ['error', { patterns: [{ group: ['lit/directives/unsafe-*'], message: 'Text is never interpreted as HTML.' }] }],
    },
  },
);
