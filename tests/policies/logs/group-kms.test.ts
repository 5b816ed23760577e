import { groupKms } from "@cloister/policy-pack/rules/logs/group-kms";
import { keyCases } from "../keys";
import { testRule } from "../table";

testRule(groupKms, {
  resource: [
    ...keyCases((kmsKeyId) => ({ name: "/cloister/fraud", kmsKeyId }), "kmsKeyId"),
    {
      it: "rejects SageMaker log groups",
      inputs: { name: "/aws/sagemaker/TrainingJobs" },
      want: [/kmsKeyId is not set/],
    },
  ],
});
