import { notebookNoDirectInternet } from "@cloister/policy-pack/rules/sagemaker/notebook-no-direct-internet";
import { UNKNOWN } from "../../helpers/judge";
import { testRule } from "../table";

testRule(notebookNoDirectInternet, {
  resource: [
    { it: "accepts Disabled", inputs: { directInternetAccess: "Disabled", subnetId: UNKNOWN } },
    {
      it: "refuses the value that SageMaker takes by itself",
      inputs: { subnetId: "subnet-1", securityGroups: ["sg-1"] },
      want: [
        /directInternetAccess is not set, which means "Enabled", so the notebook reaches the internet past your VPC\. Write directInternetAccess: "Disabled"/,
      ],
    },
    {
      it: "refuses Enabled, in whatever subnet",
      inputs: { directInternetAccess: "Enabled", subnetId: "subnet-1" },
      want: [/is "Enabled"/],
    },
    { it: "refuses an empty value", inputs: { directInternetAccess: "" }, want: [/is not set/] },
    { it: "says that it cannot judge a value known only later", inputs: { directInternetAccess: UNKNOWN }, outcome: "unknown" },
  ],
});
