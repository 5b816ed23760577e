import { jobInVpc } from "@cloister/policy-pack/rules/sagemaker/job-in-vpc";
import { UNKNOWN_OBJECT } from "../../helpers/evaluate";
import { testRule } from "../table";
import { vpcConfigCases } from "./vpc-config";

const tuning = "aws:sagemaker/hyperParameterTuningJob:HyperParameterTuningJob";
const schedule = "aws:sagemaker/monitoringSchedule:MonitoringSchedule";
const good = { subnets: ["subnet-1"], securityGroupIds: ["sg-1"] };
const subject = "the job";

testRule(jobInVpc, {
  resource: [
    ...vpcConfigCases({
      type: "aws:sagemaker/trainingJob:TrainingJob",
      at: "vpcConfig",
      subject,
      inputs: (vpcConfig) => ({ roleArn: "r", vpcConfig }),
    }),
    ...vpcConfigCases({
      type: tuning,
      at: "trainingJobDefinition.vpcConfig",
      subject,
      inputs: (vpcConfig) => ({ trainingJobDefinition: { roleArn: "r", vpcConfig } }),
    }),
    ...vpcConfigCases({
      type: tuning,
      at: "trainingJobDefinitions[1].vpcConfig",
      subject,
      inputs: (vpcConfig) => ({ trainingJobDefinitions: [{ vpcConfig: good }, { roleArn: "r", vpcConfig }] }),
    }),
    {
      it: "evaluates the other definitions when one is unknown at preview",
      type: tuning,
      inputs: { trainingJobDefinitions: [UNKNOWN_OBJECT, { roleArn: "r" }] },
      want: [/trainingJobDefinitions\[1\]\.vpcConfig is not set/],
    },
    ...vpcConfigCases({
      type: "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition",
      at: "networkConfig.vpcConfig",
      subject,
      inputs: (vpcConfig) => ({ networkConfig: { enableNetworkIsolation: true, vpcConfig } }),
    }),
    ...vpcConfigCases({
      type: schedule,
      at: "monitoringScheduleConfig.monitoringJobDefinition.networkConfig.vpcConfig",
      subject,
      inputs: (vpcConfig) => ({ monitoringScheduleConfig: { monitoringJobDefinition: { roleArn: "r", networkConfig: { vpcConfig } } } }),
    }),
    {
      it: "ignores a schedule that names a job definition",
      type: schedule,
      inputs: { monitoringScheduleConfig: { monitoringJobDefinitionName: "quality" } },
    },
    ...vpcConfigCases({
      type: "aws:sagemaker/labelingJob:LabelingJob",
      at: "labelingJobAlgorithmsConfig.labelingJobResourceConfig.vpcConfig",
      subject,
      inputs: (vpcConfig) => ({ labelingJobAlgorithmsConfig: { labelingJobResourceConfig: { vpcConfig } } }),
    }),
  ],
});
