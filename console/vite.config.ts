import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { servedFiles, type FirstPages } from "./served-files.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What the first page may need of script, gzip. */
const SCRIPT_BYTES_MAX = 300_000;
const FIRST_PAGES: FirstPages = {
  login: ["/index.html", "/session/login-page.tsx"],
  home: ["/index.html", "/home/home-page.tsx"],
};

/** Pieces of one folder that several pages need are one file. */
const folderOf = (id: string) =>
  /src.((features|shared).[\w-]+)/.exec(id)?.[1]?.replace(/\W/, "-") ?? "other";

/** Those of `shared/ui` that have controls. */
const CONTROLLED = "word-field|picker|share-panel|time-span|use-leave-guard|definition";

/** What pages share, in few files: each file costs a page more than its bytes do. */
const PIECES = [
  { name: "shell", tags: ["$initial" as const], priority: 7 },
  { name: "looks", test: /src.shared.*css$/, minShareCount: 2, priority: 6 },
  // The log-in page needs fields, and none of the controls of other pages.
  {
    name: "input",
    test: /node_modules.(antd.es.(input|space)|@rc-component.input).(?!.*number)/,
    minShareCount: 3,
    priority: 5,
  },
  // Home needs all of these, hence nothing that has controls.
  {
    name: "everyday",
    test: new RegExp(
      `node_modules.(@ant-design.icons|@tanstack)|src.api.|src.shared.(format|i18n|session|ui.(?!${CONTROLLED}))`,
    ),
    minShareCount: 6,
    priority: 5,
  },
  // The log-in page and home need these; few others do.
  {
    name: "first",
    test: /icons.*(CheckCircle|Inbox|LineChart|WechatWork)Outlined|src.api.(setup|sign-on)|src.shared.(metrics.(change|sparkline|value-format)|charts.chart.tsx|customers.people-behind)/,
    minShareCount: 2,
    priority: 5,
  },
  { name: "facts", test: /node_modules.@ant-design.icons|src.api./, minShareCount: 2, priority: 4 },
  { name: "controls", test: /node_modules.(antd|@rc-component)/, minShareCount: 12, priority: 3 },
  // Without what these import: that would bring one feature's pieces to another's pages.
  {
    name: folderOf,
    test: new RegExp(`src.shared.(?!i18n|ui.(?!${CONTROLLED}))`),
    minShareCount: 2,
    priority: 2,
    includeDependenciesRecursively: false,
  },
  // The canvas comes with what lays it out, which few of the pages draw.
  {
    name: folderOf,
    test: /src.features.(?!journeys.canvas)/,
    minShareCount: 2,
    priority: 1,
    includeDependenciesRecursively: false,
  },
];

/** antd's controls ask whether they stand in its form, which brings all of its forms along: we have none. */
const UNUSED_FORMS = {
  moduleSideEffects: [{ test: /node_modules.@rc-component.(form|async-validator)./, sideEffects: false }],
};

export default defineConfig(({ mode }) => {
  // The side bar stands beside a chat on a phone: built by itself, it shares nothing with what the console's pages are made of.
  const isSidebar = mode === "sidebar";
  return {
    plugins: [
      react(),
      servedFiles(isSidebar ? { sidebar: ["/sidebar.html"] } : FIRST_PAGES, SCRIPT_BYTES_MAX),
    ],
    resolve: { alias: { "@": here("./src") } },
    publicDir: isSidebar ? false : "public",
    build: {
      outDir: process.env.SIYU_CONSOLE_OUT ?? here("../src/siyu/faces/console_files"),
      emptyOutDir: !isSidebar,
      target: "es2023",
      rolldownOptions: isSidebar
        ? { input: here("sidebar.html") }
        : {
            input: here("index.html"),
            output: { codeSplitting: { groups: PIECES } },
            treeshake: UNUSED_FORMS,
          },
      // echarts is one lazy chunk of this size; everything on the first page stays far below.
      chunkSizeWarningLimit: 900,
    },
    server: { proxy: { "/api": process.env.SIYU_API ?? "http://127.0.0.1:8000" } },
    test: {
      environment: "jsdom",
      setupFiles: ["tests/setup.tsx"],
      include: ["tests/**/*.test.{ts,tsx}"],
      css: false,
      // Files share what they import, which more than halves the time; the setup puts back what a test changed.
      isolate: false,
      env: { DEBUG_PRINT_LIMIT: "1500" },
      // The machine that runs this is often busy with other checks.
      testTimeout: 20_000,
      hookTimeout: 20_000,
    },
  };
});
