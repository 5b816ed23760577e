import { PolicyPack } from "@pulumi/policy";
import { policies } from "./catalogue";

// Starts the server. The engine sends each resource to this server.
new PolicyPack("cloister", {
  displayName: "Cloister",
  description: "Rejects resources that open SageMaker to the internet, leave data unencrypted or widen access",
  policies,
});
