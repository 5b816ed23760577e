import { PolicyPack } from "@pulumi/policy";
import { policies } from "./catalogue";

// Starts a server that the engine asks about each resource.
new PolicyPack("cloister", {
  displayName: "Cloister",
  description: "Refuses what would open SageMaker to the internet, leave data unencrypted or widen access",
  policies,
});
