import { graphql } from "react-relay";

// A fragment on an interface is spread into a union under a name of its own, so that its reader knows whether it holds.
export const take = graphql`
  mutation TakeMutation($input: StartTriageInput!) {
    startTriage(input: $input) {
      __typename
      ... on FlagSaved {
        flag {
          ...FlagRow_flag
        }
      }
      ...Failures_result @alias(as: "failure")
    }
  }
`;
