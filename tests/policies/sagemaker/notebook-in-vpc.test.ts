import { notebookInVpc } from "@cloister/policy-pack/rules/sagemaker/notebook-in-vpc";
import { UNKNOWN, UNKNOWN_ARRAY } from "../../helpers/evaluate";
import { testRule } from "../table";

const noSubnet = /subnetId is not set, so the notebook instance runs in a network managed by SageMaker .*\. Set subnetId: /;
const noGroups = /securityGroups is not set, so the notebook instance gets the default security group of the VPC\. Set securityGroups: /;

testRule(notebookInVpc, {
  resource: [
    { it: "accepts a subnet and a security group", inputs: { subnetId: "subnet-1", securityGroups: ["sg-1"] } },
    { it: "counts values that are unknown at preview as present", inputs: { subnetId: UNKNOWN, securityGroups: UNKNOWN_ARRAY } },
    {
      it: "rejects a notebook instance without a subnet and security groups",
      inputs: { instanceType: "ml.t3.medium" },
      want: [noSubnet, noGroups],
    },
    { it: "rejects security groups without a subnet, because they have no effect", inputs: { securityGroups: ["sg-1"] }, want: [noSubnet] },
    { it: "rejects a subnet without security groups", inputs: { subnetId: UNKNOWN }, want: [noGroups] },
    { it: "rejects an empty list of security groups", inputs: { subnetId: "subnet-1", securityGroups: [] }, want: [noGroups] },
    { it: "rejects an empty subnet", inputs: { subnetId: "", securityGroups: ["sg-1"] }, want: [noSubnet] },
  ],
});
