import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

const SCRIPT = 'https://example.org/glasshouse/v1/glasshouse.js';

/** Any element of Glasshouse, in React 19 or in MDX: its attributes are props, its events are `onglass-ready` and so on. */
export function Glass({ tag: Tag, ...attributes }) {
  // By its address, so that no bundler moves it away from its worker. However often it is imported, it runs once.
  useEffect(() => void import(/* webpackIgnore: true */ /* @vite-ignore */ SCRIPT), []);
  return <Tag {...attributes} />;
}

function Post() {
  const [density, setDensity] = useState('0.05');
  const [seen, setSeen] = useState('not drawn yet');
  return (
    <article>
      <h1>Five features, two dimensions</h1>
      <label>
        How often each feature is on{' '}
        <select value={density} onChange={(event) => setDensity(event.target.value)}>
          <option>0.05</option>
          <option>1</option>
        </select>
      </label>
      <Glass tag="glass-superposition" density={density} hide="controls,lesson" onglass-ready={() => setSeen('drawn')} />
      <p>The figure is {seen}.</p>
    </article>
  );
}

createRoot(document.querySelector('main')).render(<Post />);
