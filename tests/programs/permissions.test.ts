// Tests what the policies that the programs create allow each role of the example environment and the hub to do.
// Does not prove how AWS sets condition keys. tests/engine/organization.test.ts tests the deployed policies.
import { featureNames } from "@cloister/components/network/catalogue";
import { createdPolicies, type Deployment } from "../permissions/created-policies";
import { provePermissions } from "../permissions/prove";

/** Together, the deployments contain every variant of the statements that settings choose. */
const deployments: Record<string, Deployment> = {
  "with the default settings": {},
  "with every feature, one execution role for each user, and users in any network": {
    features: featureNames.filter((name) => name !== "mirror"),
    executionRole: "per-person",
    peopleNetwork: "anywhere",
  },
  "with products, launched from AWS Service Catalog": { products: true },
  "with existing roles whose policies allow everything": { existingRoles: true },
  "with the guardrail profile 'open'": { profile: "open" },
  "with the guardrail profile 'vpc', network isolation, and apps opened only in the network": {
    profile: "vpc",
    networkIsolation: true,
    openApps: "vpc",
  },
};

for (const [title, deployment] of Object.entries(deployments))
  describe(`permissions ${title}`, () => provePermissions(() => createdPolicies(deployment)));
