import { graphql } from "react-relay";

export const raise = graphql`
  mutation RaiseMutation($input: RaiseFlagInput!) {
    raiseFlag(input: $input) {
      __typename
      ... on FlagRaised {
        reference
        replayed
        flag {
          id
          state
        }
      }
      ...Failures_result @alias(as: "failure")
    }
  }
`;
