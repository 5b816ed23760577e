export { assertValid } from "./assert-valid";
export { loadModel, type OperationModel, type ServiceModel, type Shape, type ShapeRef } from "./load";
export { regexOf, validate, validationMessage, type Violation } from "./validate";
