// Lists of SageMaker actions as wildcard patterns, short enough for the size limits of IAM policies. Pure.

/**
 * Patterns, each with all actions of SageMaker that it matches. A test compares them with the service authorization reference.
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
  "*ateMonitoringSchedule": ["CreateMonitoringSchedule", "UpdateMonitoringSchedule"],
  "*ateSpace": ["CreateSpace", "UpdateSpace"],
};

/**
 * Replaces actions by patterns that match exactly them.
 * A pattern is used only if the list has all of its actions. It takes the place of the first of them.
 */
export function shortenActions(actions: readonly string[]): string[] {
  const patternOf = (action: string) =>
    Object.keys(actionPatterns).find(
      (pattern) => actionPatterns[pattern]!.includes(action) && actionPatterns[pattern]!.every((member) => actions.includes(member)),
    );
  return [...new Set(actions.map((action) => patternOf(action) ?? action))];
}
