import { defineConfig } from '@playwright/test';

export const CHROMIUM = process.env.CHROME ?? '/usr/bin/chromium';

// Software WebGPU needs the flag; without it `navigator.gpu` has no adapter, which is the machine without a GPU.
// The rest keeps a headless browser, run as root in a container, from talking to anything but the page.
export const QUIET = [
  '--no-sandbox', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

// Letters, edges and colours as every machine draws them, whatever its screen, its processor and its taste in fonts.
const alike = [
  '--force-color-profile=srgb', '--font-render-hinting=none', '--disable-lcd-text', '--disable-font-subpixel-positioning', '--disable-skia-runtime-opts', '--disable-gpu',
];

const launch = (args: string[]) => ({
  launchOptions: { executablePath: CHROMIUM, args: [...QUIET, ...args] },
});

const baseURL = process.env.GLASSHOUSE_URL ?? 'http://127.0.0.1:8080/';

// `cargo xtask test` serves the site and says where; after it, `npx playwright test` finds `cargo xtask serve`.
export default defineConfig({
  testDir: 'browser',
  outputDir: '../target/browser-results',
  snapshotPathTemplate: '{testDir}/../pictures/{arg}{ext}',
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
  use: {
    baseURL,
    // How busy this machine is decides no number: every size is full, as on an ordinary machine (docs/adr/0006-slow-machines.md).
    storageState: { cookies: [], origins: [{ origin: new URL(baseURL).origin, localStorage: [{ name: 'glasshouse-slowness', value: '1' }] }] },
    trace: 'retain-on-failure',
    // Only the tests of the time without a network let a page keep itself: elsewhere it would cost each test a copy of the site.
    serviceWorkers: 'block',
  },
  projects: [
    { name: 'firefox', testMatch: '**/firefox.spec.ts' },
    // What needs no browser at all, or the same of every browser, runs once.
    { name: 'webgpu', testIgnore: ['**/*-pure.spec.ts', '**/offline.spec.ts', '**/updates.spec.ts', '**/single-file.spec.ts', '**/examples.spec.ts', '**/firefox.spec.ts', '**/screenshots.spec.ts'], use: launch(['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']) },
    { name: 'cpu', testIgnore: ['**/firefox.spec.ts', '**/screenshots.spec.ts'], use: launch([]) },
    // Pictures are compared on the CPU alone: its numbers are the same on every machine.
    { name: 'pictures', testMatch: '**/screenshots.spec.ts', use: launch(alike) },
  ],
});
