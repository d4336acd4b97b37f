import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": here("./src") } },
  build: {
    outDir: process.env.SIYU_CONSOLE_OUT ?? here("../src/siyu/faces/console_files"),
    emptyOutDir: true,
    target: "es2023",
    // The side bar stands beside a chat on a phone: a page of its own, without what the console's pages are made of.
    rollupOptions: { input: { main: here("index.html"), sidebar: here("sidebar.html") } },
    // echarts is one lazy chunk of this size; everything on the first page stays far below.
    chunkSizeWarningLimit: 700,
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
});
