import { notebookKms } from "@cloister/policy-pack/rules/sagemaker/notebook-kms";
import { keyCases } from "../keys";
import { testRule } from "../table";

testRule(notebookKms, { resource: keyCases((kmsKeyId) => ({ instanceType: "ml.t3.medium", kmsKeyId }), "kmsKeyId") });
