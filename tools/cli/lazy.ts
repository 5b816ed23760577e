// Loads slow modules only when an action uses them, so that `--help` and light commands start fast.
/* eslint-disable @typescript-eslint/no-require-imports -- `import()` cannot load TypeScript files here */
import type * as sandbox from "@cloister/sandbox";
import type * as toolchain from "@cloister/toolchain";
import type * as deployRole from "./deploy-role";
import type * as destroy from "./destroy";
import type * as drain from "./drain";
import type * as engine from "./engine";
import type * as fleet from "./fleet";
import type * as leftovers from "./leftovers";
import type * as organizationPolicies from "./organization-policies";
import type * as packages from "./packages";
import type * as policyPack from "./policy-pack";
import type * as report from "./report";
import type * as stacks from "./stacks";
import type * as steps from "./steps-text";
import type * as summary from "./summary";
import type * as sweep from "./sweep";
import type * as textTable from "./text-table";
import type * as verify from "./verify";

export const lazy = {
  get deployRole() {
    return require("./deploy-role") as typeof deployRole;
  },
  get destroy() {
    return require("./destroy") as typeof destroy;
  },
  get drain() {
    return require("./drain") as typeof drain;
  },
  get engine() {
    return require("./engine") as typeof engine;
  },
  get fleet() {
    return require("./fleet") as typeof fleet;
  },
  get leftovers() {
    return require("./leftovers") as typeof leftovers;
  },
  get organizationPolicies() {
    return require("./organization-policies") as typeof organizationPolicies;
  },
  get packages() {
    return require("./packages") as typeof packages;
  },
  get policyPack() {
    return require("./policy-pack") as typeof policyPack;
  },
  get report() {
    return require("./report") as typeof report;
  },
  get sandbox() {
    return require("@cloister/sandbox") as typeof sandbox;
  },
  get stacks() {
    return require("./stacks") as typeof stacks;
  },
  get stepsText() {
    return (require("./steps-text") as typeof steps).stepsText;
  },
  get summary() {
    return require("./summary") as typeof summary;
  },
  get sweep() {
    return require("./sweep") as typeof sweep;
  },
  get textTable() {
    return (require("./text-table") as typeof textTable).textTable;
  },
  get toolchain() {
    return require("@cloister/toolchain") as typeof toolchain;
  },
  get verify() {
    return require("./verify") as typeof verify;
  },
};
