import { domainKms } from "@cloister/policy-pack/rules/sagemaker/domain-kms";
import { keyCases } from "../keys";
import { testRule } from "../table";

testRule(domainKms, { resource: keyCases((kmsKeyId) => ({ appNetworkAccessType: "VpcOnly", kmsKeyId }), "kmsKeyId") });
