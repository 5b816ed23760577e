import { modelInVpc } from "@cloister/policy-pack/rules/sagemaker/model-in-vpc";
import { testRule } from "../table";
import { vpcConfigCases } from "./vpc-config";

testRule(modelInVpc, {
  resource: vpcConfigCases({ at: "vpcConfig", subject: "the model", inputs: (vpcConfig) => ({ executionRoleArn: "r", vpcConfig }) }),
});
