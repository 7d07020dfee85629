import { graphql } from "react-relay";

// One fragment covers every failure of every change.
export const failures = graphql`
  fragment Failures_result on Failure {
    __typename
    message
    ... on Invalid {
      errors {
        path
        code
        message
      }
    }
    ... on NotPermitted {
      reason
      remedy
    }
    ... on Conflict {
      conflict: reason
      currentVersion
    }
  }
`;
