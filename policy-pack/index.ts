import { PolicyPack } from "@pulumi/policy";
import { policies } from "./catalogue";

// Starts the server that the engine sends each resource to.
new PolicyPack("cloister", {
  displayName: "Cloister",
  description: "Rejects resources that open SageMaker to the internet, leave data unencrypted or widen access",
  policies,
});
