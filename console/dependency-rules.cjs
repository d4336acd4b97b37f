/** Who may import whom. By pattern, so a new feature is under the rules the day its folder appears. */
module.exports = {
  forbidden: [
    {
      name: "features-do-not-know-each-other",
      comment: "What two features need belongs in shared (looks, words) or api (data).",
      severity: "error",
      from: { path: "^src/features/([^/]+)/" },
      to: { path: "^src/features/", pathNot: "^src/features/$1/" },
    },
    {
      name: "features-do-not-know-the-app",
      severity: "error",
      from: { path: "^src/features/" },
      to: { path: "^src/(app/|main)" },
    },
    {
      name: "shared-knows-neither-features-nor-app",
      severity: "error",
      from: { path: "^src/shared/" },
      to: { path: "^src/(features|app)/" },
    },
    {
      name: "api-knows-only-itself",
      severity: "error",
      from: { path: "^src/api/" },
      to: { path: "^src/(features|app|shared)/" },
    },
    {
      name: "echarts-stays-lazy",
      comment: "217 KiB that only pages with a chart should load: import it inside shared/charts alone.",
      severity: "error",
      from: { pathNot: "^src/shared/charts/" },
      to: { path: "node_modules/echarts" },
    },
    {
      name: "the-side-bar-stays-light",
      comment: "It opens beside a chat on a phone: at most 300 KB, so none of the console's components.",
      severity: "error",
      from: { path: "^src/(sidebar\\.tsx|features/sidebar/)" },
      to: { path: "node_modules/(antd|@rc-component|echarts|react-router)/", reachable: true },
    },
    {
      name: "canvas-stays-lazy",
      comment: "What draws graphs is loaded by pages with a canvas alone: import it inside journeys/canvas.",
      severity: "error",
      from: { pathNot: "^src/features/journeys/canvas/" },
      to: { path: "node_modules/@(xyflow|dagrejs)" },
    },
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-orphans",
      severity: "error",
      from: { orphan: true, pathNot: "(\\.d\\.ts|src/main\\.tsx|src/sidebar\\.tsx)$" },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
