import { notebookInVpc } from "@cloister/policy-pack/rules/sagemaker/notebook-in-vpc";
import { UNKNOWN, UNKNOWN_ARRAY } from "../../helpers/judge";
import { testRule } from "../table";

const noSubnet = /subnetId is not set, so the notebook runs in a network that SageMaker manages\. Write subnetId: /;
const noGroups = /securityGroups is not set, so the notebook gets the VPC's default group\. Write securityGroups: /;

testRule(notebookInVpc, {
  resource: [
    { it: "accepts a subnet and a group", inputs: { subnetId: "subnet-1", securityGroups: ["sg-1"] } },
    { it: "counts values known only later as present", inputs: { subnetId: UNKNOWN, securityGroups: UNKNOWN_ARRAY } },
    { it: "refuses neither", inputs: { instanceType: "ml.t3.medium" }, want: [noSubnet, noGroups] },
    { it: "refuses groups without a subnet, which only look closed", inputs: { securityGroups: ["sg-1"] }, want: [noSubnet] },
    { it: "refuses a subnet without groups", inputs: { subnetId: UNKNOWN }, want: [noGroups] },
    { it: "refuses an empty list of groups", inputs: { subnetId: "subnet-1", securityGroups: [] }, want: [noGroups] },
    { it: "refuses an empty subnet", inputs: { subnetId: "", securityGroups: ["sg-1"] }, want: [noSubnet] },
  ],
});
