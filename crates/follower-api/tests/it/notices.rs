//! Which notices a follower wants.
use crier_core::templates;
use crier_testing::{account, both_engines};
use serde_json::{Value, json};

use crate::Person;

const PATH: &str = "/v1/accounts/harbour/notices";

#[test]
fn notices_are_listed_answered_and_switched() {
    both_engines(|app| async move {
        let id = account(&app, "harbour").await.id;
        let adopted = app.write(move |tx| {
            let message = templates::adopt(tx, id, "CR00001", &[])?;
            let once = templates::adopt_notice(tx, id, 1002, &[1, 2], "")?;
            Ok([message.template_key, once.template_key])
        });
        let [message, once] = adopted.await.unwrap();
        let ann = Person::new(&app, "ann");
        assert_eq!(ann.get(PATH).await.problem(403).0, "not_following");
        ann.call("PUT", "/v1/accounts/harbour/follow", json!({})).await;
        let list = async || ann.get(PATH).await.json()["notices"].as_array().unwrap().clone();
        let before = list().await;
        assert_eq!(before.len(), 1, "nobody asked about the other yet: {before:?}");
        assert_eq!((&before[0]["kind"], &before[0]["accepted"]), (&json!("message"), &json!(true)));
        let say =
            |answers: Value| ann.call("POST", PATH, json!({ "answers": answers, "scene": 1 }));
        for bad in [
            json!([]),
            json!([{ "template_id": once }]),
            json!([{ "template_id": once, "accept": "yes" }]),
            json!("all"),
            Value::from(vec![json!({ "template_id": once, "accept": true }); 11]),
        ] {
            assert_eq!(say(bad.clone()).await.problem(400).0, "invalid", "{bad}");
        }
        let unknown = json!([{ "template_id": "x", "accept": true }]);
        assert_eq!(say(unknown).await.problem(404).0, "not_found");
        let yes = json!([{ "template_id": once, "accept": true }]);
        assert_eq!(say(yes.clone()).await.status, 204);
        assert_eq!(say(yes).await.status, 204);
        let after = list().await;
        assert_eq!((after.len(), &after[1]["remaining"]), (2, &json!(2)));
        let set = async |key: &str, accept: Value| {
            ann.call("PUT", &format!("{PATH}/{key}"), json!({ "accept": accept })).await
        };
        assert_eq!(set(&once, json!(false)).await.status, 204);
        assert_eq!(set(&message, json!(false)).await.status, 204);
        assert_eq!(set(&message, json!(null)).await.problem(400).0, "invalid");
        assert_eq!(set("x", json!(true)).await.problem(404).0, "not_found");
        let refused = list().await;
        assert!(refused.iter().all(|one| one["accepted"] == false), "{refused:?}");
        assert_eq!(refused[1]["remaining"], 0);
    });
}
