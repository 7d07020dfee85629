import { graphql } from "react-relay";

// A record that fetches itself again, through the root field node.
export const row = graphql`
  fragment FlagRow_flag on Flag @refetchable(queryName: "FlagRowRefetchQuery") {
    id
    version
    reference
    state
    subject {
      __typename
      ... on Person {
        preferredName
        withheld {
          fieldGroup
          because
        }
      }
      ... on PlaceGroup {
        estimatedSize
      }
    }
    withheld {
      fieldGroup
      fields
      because
    }
    viewerCanStartTriage
  }
`;

export const query = graphql`
  query FlagRowQuery($id: ID!) {
    node(id: $id) {
      ...FlagRow_flag @alias(as: "flag")
    }
  }
`;
