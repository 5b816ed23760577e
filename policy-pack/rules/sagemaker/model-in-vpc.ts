import { type Rule } from "../../rule-kit";
import { requireVpcConfig } from "./vpc-config";

/** Endpoints and batch transform have no network of their own: they take the model's. */
export const modelInVpc: Rule = {
  name: "sagemaker-model-in-vpc",
  description: "Every model runs in subnets and security groups of yours.",
  why: "Endpoints and batch jobs take their network from the model; without one their containers reach the internet.",
  fix: "Write vpcConfig: { subnets: [<private subnets>], securityGroupIds: [<group>] }. It replaces the model.",
  severity: "high",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: ["Config sagemaker-model-in-vpc", "Prowler sagemaker_models_vpc_settings_configured"],
  resource: { "aws:sagemaker/model:Model": ({ props }, report) => requireVpcConfig({ props, path: ["vpcConfig"] }, "the model", report) },
};
