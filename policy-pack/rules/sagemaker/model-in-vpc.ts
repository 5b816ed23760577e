import { type Rule } from "../../rule-kit";
import { requireVpcConfig } from "./vpc-config";

/** Endpoints and batch transform jobs use the model's network. */
export const modelInVpc: Rule = {
  name: "sagemaker-model-in-vpc",
  description: "Every model runs in subnets and security groups of the VPC.",
  risk: "Endpoints and batch transform jobs use the model's network. Without vpcConfig, their containers reach the internet.",
  fix: "Set vpcConfig: { subnets: [<private subnets>], securityGroupIds: [<group>] }. Changing it replaces the model.",
  severity: "high",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: ["Config sagemaker-model-in-vpc", "Prowler sagemaker_models_vpc_settings_configured"],
  resource: { "aws:sagemaker/model:Model": ({ props }, report) => requireVpcConfig({ props, path: ["vpcConfig"] }, "the model", report) },
};
