export { assertValid } from "./assert-valid";
export { assertTexts } from "./text-rules";
export { loadModel, type OperationModel, type ServiceModel, type Shape, type ShapeRef } from "./load";
export { regexOf, validate, validationMessage, type Violation } from "./validate";
