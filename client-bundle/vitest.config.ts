import { defineConfig } from "vitest/config";

export default defineConfig({
  define: { __BUILD_INFO__: JSON.stringify({ date: "", hash: "", url: "", version: "test" }) },
  test: { include: ["test/unit/**/*.test.ts"], environment: "node" },
});
