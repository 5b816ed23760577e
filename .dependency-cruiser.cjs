// Which part may import which (docs/architecture.md, section 3). `npm run lint` checks it; tests/unit/repository.test.ts checks that each rule finds a wrong import.
const projects = "^(core|environment|target-accounts)/";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "components-stand-alone",
      comment: "Components are the bottom layer: they know no project, no tool and no test.",
      severity: "error",
      from: { path: "^components/" },
      to: { path: "^(core|environment|target-accounts|policy-pack|tools|tests|docs|index\\.ts)" },
    },
    {
      name: "aws-is-the-ground-floor",
      comment: "components/aws knows AWS and nothing of the product; every area builds on it.",
      severity: "error",
      from: { path: "^components/aws/" },
      to: { path: "^components/", pathNot: "^components/aws/" },
    },
    {
      name: "stack-is-the-ground-floor",
      comment: "components/stack is what every program needs (settings, contract, errors); it knows no area.",
      severity: "error",
      from: { path: "^components/stack/" },
      to: { path: "^components/", pathNot: "^components/(aws|stack)/" },
    },
    {
      name: "projects-read-only-contracts",
      comment: "A project may know of another one only what it promises: its outputs.ts.",
      severity: "error",
      from: { path: projects },
      to: { path: projects, pathNot: ["^$1/", "^(core|environment|target-accounts)/outputs\\.ts$"] },
    },
    {
      name: "projects-use-components-only",
      comment: "What users deploy must not depend on the sandbox, the command line, the guardrails or tests.",
      severity: "error",
      from: { path: [projects, "^index\\.ts$"] },
      to: { path: "^(policy-pack|tools|tests|docs)/" },
    },
    {
      name: "policy-pack-stands-alone",
      comment: "The pack judges other people's programs too, so it knows nothing of ours.",
      severity: "error",
      from: { path: "^policy-pack/" },
      to: { path: "^(core|environment|target-accounts|components|tools|tests|docs|index\\.ts)" },
    },
    {
      name: "tools-know-no-program",
      comment: "The sandbox stands in for AWS, and AWS does not know what is deployed on it.",
      severity: "error",
      from: { path: "^tools/(common|toolchain|sandbox)/" },
      to: { path: "^(core|environment|target-accounts|components|policy-pack|tests|docs|index\\.ts)" },
    },
    {
      name: "tools-build-on-common-only",
      comment: "tools/common is the ground floor of the tools; toolchain and sandbox know nothing of each other; the CLI uses all three.",
      severity: "error",
      from: { path: "^tools/(common|toolchain|sandbox)/" },
      to: { path: "^tools/", pathNot: ["^tools/$1/", "^tools/common/"] },
    },
    {
      name: "tools-have-one-door",
      comment: "Other workspaces import a tool by its index.ts; tests also by its testing.ts.",
      severity: "error",
      from: { path: "^(?!tools/)|^tools/([^/]+)/", pathNot: "^tests/" },
      to: { path: "^tools/[^/]+/.", pathNot: ["^tools/$1/", "^tools/[^/]+/index\\.ts$"] },
    },
    {
      name: "tests-use-the-doors-of-tools",
      comment: "What a test needs of a tool's inside is listed in that tool's testing.ts.",
      severity: "error",
      from: { path: "^tests/" },
      to: { path: "^tools/", pathNot: "^tools/[^/]+/(index|testing)\\.ts$" },
    },
    {
      name: "cli-reads-only-contracts",
      comment:
        "The CLI runs the projects through the engine, as any user does; of their code it may read only the contracts, and the policies for organizations, which no stack deploys.",
      severity: "error",
      from: { path: "^tools/cli/" },
      to: {
        path: "^(components|policy-pack|tests|docs|index\\.ts)|^(core|environment|target-accounts)/(?!outputs\\.ts$)",
        pathNot: "^components/identity/(organization|guardrails)\\.ts$",
      },
    },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-unlisted-packages",
      comment: "Every npm package is listed, at an exact version, by the workspace that imports it.",
      severity: "error",
      from: {},
      // Our own workspaces are found by their links, and each lists the others it uses as well. The compiled pack is not there in a fresh clone.
      to: {
        dependencyTypes: ["npm-no-pkg", "unknown", "undetermined"],
        pathNot: "^(core|environment|target-accounts|components|policy-pack|tools/[^/]+)/|^\\./bin/",
      },
    },
  ],
  options: {
    // Packages are leaves: not looked into, and seen, since a rule asks who lists them.
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^policy-pack/bin/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.check.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["require", "node", "default"] },
  },
};
