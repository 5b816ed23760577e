// Shortens lists of SageMaker actions to wildcard patterns, because IAM limits the size of policies. Pure.

/**
 * Wildcard patterns, each with all SageMaker actions that match. A test compares the patterns with the reference below.
 * Source: AWS Service Authorization Reference, "Actions, resources, and condition keys for Amazon SageMaker".
 */
export const actionPatterns: Record<string, readonly string[]> = {
  "*teDomain": ["CreateDomain", "DeleteDomain", "UpdateDomain"],
  "*ateCluster": ["CreateCluster", "UpdateCluster"],
  "CreateMlflow*": ["CreateMlflowApp", "CreateMlflowTrackingServer"],
  "Create*onJob": ["CreateAIRecommendationJob", "CreateCompilationJob", "CreateOptimizationJob"],
  "C*AutoML*": ["CreateAutoMLJob", "CreateAutoMLJobV2"],
  "C*JobDef*": [
    "CreateDataQualityJobDefinition",
    "CreateModelBiasJobDefinition",
    "CreateModelExplainabilityJobDefinition",
    "CreateModelQualityJobDefinition",
  ],
  "Create*r*ingJob": ["CreateHyperParameterTuningJob", "CreateProcessingJob", "CreateTrainingJob"],
  "Delete*JobDefinition": [
    "DeleteDataQualityJobDefinition",
    "DeleteModelBiasJobDefinition",
    "DeleteModelExplainabilityJobDefinition",
    "DeleteModelQualityJobDefinition",
  ],
  "Stop*r*ingJob": ["StopHyperParameterTuningJob", "StopProcessingJob", "StopTrainingJob"],
  "UpdatePipeline*": ["UpdatePipeline", "UpdatePipelineExecution", "UpdatePipelineVersion"],
  "*ateMonitoringSchedule": ["CreateMonitoringSchedule", "UpdateMonitoringSchedule"],
  "*ateSpace": ["CreateSpace", "UpdateSpace"],
};

/**
 * Replaces actions with wildcard patterns that match no other SageMaker action.
 * A pattern is used only if the list contains all matching actions. It is listed where the first of these actions was.
 */
export function shortenActions(actions: readonly string[]): string[] {
  const patternOf = (action: string) =>
    Object.keys(actionPatterns).find(
      (pattern) => actionPatterns[pattern]!.includes(action) && actionPatterns[pattern]!.every((member) => actions.includes(member)),
    );
  return [...new Set(actions.map((action) => patternOf(action) ?? action))];
}
