// Which folder can import which (docs/architecture.md, "Layers"). `npm run lint` enforces it.
// tests/unit/repository.test.ts proves that each rule rejects a forbidden import.
const projects = "^(core|environment|target-accounts)/";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "components-import-no-other-workspace",
      comment: "Components are the bottom layer: they import no project, tool or test.",
      severity: "error",
      from: { path: "^components/" },
      to: { path: "^(core|environment|target-accounts|policy-pack|tools|tests|docs|index\\.ts)" },
    },
    {
      name: "aws-imports-no-component",
      comment: "components/aws contains facts and syntax of AWS. Everything else builds on it.",
      severity: "error",
      from: { path: "^components/aws/" },
      to: { path: "^components/", pathNot: "^components/aws/" },
    },
    {
      name: "stack-imports-only-aws",
      comment: "components/stack contains what every program needs: settings, contracts, errors. It imports no area.",
      severity: "error",
      from: { path: "^components/stack/" },
      to: { path: "^components/", pathNot: "^components/(aws|stack)/" },
    },
    {
      name: "areas-import-only-aws-and-stack",
      comment: "keys, network, storage, studio, monitoring and functions are independent of each other. Projects connect them.",
      severity: "error",
      from: { path: "^components/([^/]+)/", pathNot: "^components/(identity|catalog|controls|mirror|audit)/" },
      to: { path: "^components/", pathNot: "^components/(aws|stack|$1)/" },
    },
    {
      name: "controls-import-guardrails-and-functions",
      comment: "The evaluator compares resources with the guardrails. Its history is a private bucket.",
      severity: "error",
      from: { path: "^components/controls/" },
      to: {
        path: "^components/",
        pathNot: "^components/((aws|stack|controls|functions|storage)/|identity/(guardrails|permissions/permission)\\.ts$)",
      },
    },
    {
      name: "catalog-imports-no-network-or-role",
      comment:
        "Products create the same notebook instances, profiles and spaces as the components of Studio. The engine needs functions, private buckets, keys and permissions.",
      severity: "error",
      from: { path: "^components/catalog/" },
      to: { path: "^components/", pathNot: "^components/((aws|stack|catalog|functions|keys|storage|studio)/|identity/permissions/)" },
    },
    {
      name: "mirror-imports-no-network-or-role",
      comment: "The package mirror is a private bucket. Projects connect it with networks.",
      severity: "error",
      from: { path: "^components/mirror/" },
      to: { path: "^components/", pathNot: "^components/(aws|stack|storage|mirror)/" },
    },
    {
      name: "audit-imports-no-network-or-studio",
      comment: "The audit trail has a key, a write-once bucket and alarms.",
      severity: "error",
      from: { path: "^components/audit/" },
      to: { path: "^components/", pathNot: "^components/((aws|stack|audit|keys|storage|monitoring)/)" },
    },
    {
      name: "identity-imports-only-the-network-catalogue",
      comment: "Features of the network grant permissions, so identity also imports the names of the features.",
      severity: "error",
      from: { path: "^components/identity/" },
      to: { path: "^components/", pathNot: "^components/((aws|stack|identity)/|network/catalogue\\.ts$)" },
    },
    {
      name: "projects-import-only-outputs-of-projects",
      comment: "A project imports only the contract of another project, its outputs.ts.",
      severity: "error",
      from: { path: projects },
      to: { path: projects, pathNot: ["^$1/", "^(core|environment|target-accounts)/outputs\\.ts$"] },
    },
    {
      name: "projects-import-only-components",
      comment: "What users deploy must not depend on the sandbox, the CLI, the policy pack or tests.",
      severity: "error",
      from: { path: [projects, "^index\\.ts$"] },
      to: { path: "^(policy-pack|tools|tests|docs)/" },
    },
    {
      name: "policy-pack-imports-no-other-workspace",
      comment: "The policy pack evaluates any program, so it imports nothing of Cloister's programs.",
      severity: "error",
      from: { path: "^policy-pack/" },
      to: { path: "^(core|environment|target-accounts|components|tools|tests|docs|index\\.ts)" },
    },
    {
      name: "tools-import-no-program",
      comment: "The sandbox simulates AWS, and AWS does not depend on what is deployed on it.",
      severity: "error",
      from: { path: "^tools/(common|toolchain|sandbox)/" },
      to: { path: "^(core|environment|target-accounts|components|policy-pack|tests|docs|index\\.ts)" },
    },
    {
      name: "tools-import-only-common",
      comment: "tools/common is the bottom layer of the tools. toolchain and sandbox are independent; the CLI uses all three.",
      severity: "error",
      from: { path: "^tools/(common|toolchain|sandbox)/" },
      to: { path: "^tools/", pathNot: ["^tools/$1/", "^tools/common/"] },
    },
    {
      name: "tools-are-imported-by-index",
      comment: "Other workspaces import a tool by its index.ts; tests also by its testing.ts.",
      severity: "error",
      from: { path: "^(?!tools/)|^tools/([^/]+)/", pathNot: "^tests/" },
      to: { path: "^tools/[^/]+/.", pathNot: ["^tools/$1/", "^tools/[^/]+/index\\.ts$"] },
    },
    {
      name: "tests-import-tools-by-index-or-testing",
      comment: "What a test needs of the inside of a tool is exported by that tool's testing.ts.",
      severity: "error",
      from: { path: "^tests/" },
      to: { path: "^tools/", pathNot: "^tools/[^/]+/(index|testing)\\.ts$" },
    },
    {
      name: "cli-imports-only-contracts",
      comment:
        "The CLI runs the projects with Pulumi, as users do. It imports only their contracts, and the organization policies and the deploy role, which no stack deploys. The deploy role depends on validated settings. `verify` finds roles by their names and paths. `catalog` and `fleet` read and write what the engine of environments reads. `packages` writes what the mirror contains. `runner` tags sessions of the launch role.",
      severity: "error",
      from: { path: "^tools/cli/" },
      to: {
        path: "^(components|policy-pack|tests|docs|index\\.ts)|^(core|environment|target-accounts)/(?!outputs\\.ts$)",
        pathNot: [
          "^components/identity/((organization|guardrails|user-role-names|permissions/environment-launch)|deploy-role/[a-z-]+)\\.ts$",
          "^components/aws/(codeartifact|context|role-credentials|role-path|service-catalog)\\.ts$",
          "^components/catalog/(engine/names|runtime/[a-z-]+)\\.ts$",
          "^components/functions/runtime/[a-z-]+\\.ts$",
          "^components/mirror/(index-keys|index-pages|manifest)\\.ts$",
          "^(components/stack/(config|fix-command|preflight|schema)|(environment|target-accounts)/settings)\\.ts$",
        ],
      },
    },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-unlisted-packages",
      comment: "Every npm package is listed, at an exact version, by the workspace that imports it.",
      severity: "error",
      from: {},
      // Workspaces resolve to their folders. The compiled policy pack does not exist in a fresh clone.
      to: {
        dependencyTypes: ["npm-no-pkg", "unknown", "undetermined"],
        pathNot: "^(core|environment|target-accounts|components|policy-pack|tools/[^/]+)/|^\\./bin/",
      },
    },
  ],
  options: {
    // Packages are leaves: they are not followed, but a rule checks which workspace lists them.
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^policy-pack/bin/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.check.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["require", "node", "default"] },
  },
};
