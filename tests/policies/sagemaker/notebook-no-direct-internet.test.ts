import { notebookNoDirectInternet } from "@cloister/policy-pack/rules/sagemaker/notebook-no-direct-internet";
import { UNKNOWN } from "../../helpers/evaluate";
import { testRule } from "../table";

testRule(notebookNoDirectInternet, {
  resource: [
    { it: "accepts directInternetAccess Disabled", inputs: { directInternetAccess: "Disabled", subnetId: UNKNOWN } },
    {
      it: "rejects a missing value, which SageMaker defaults to internet access",
      inputs: { subnetId: "subnet-1", securityGroups: ["sg-1"] },
      want: [
        /directInternetAccess is not set, which means "Enabled", so the notebook instance reaches the internet through an interface that bypasses the VPC\. Set directInternetAccess: "Disabled"/,
      ],
    },
    {
      it: "rejects directInternetAccess Enabled in a subnet",
      inputs: { directInternetAccess: "Enabled", subnetId: "subnet-1" },
      want: [/is "Enabled"/],
    },
    { it: "rejects an empty value", inputs: { directInternetAccess: "" }, want: [/is not set/] },
    { it: "reports 'unknown' for a value that is unknown at preview", inputs: { directInternetAccess: UNKNOWN }, outcome: "unknown" },
  ],
});
