//! Accounts that may submit mail.

use schoolgate::secret::Redacted;
use schoolgate::store::error::StoreError;
use schoolgate::store::ledger::{Actor, Verified};

use super::build::{ELMWOOD, OAKFIELD, address, at};
use super::{House, run};

#[test]
fn an_account_is_added_checked_listed_and_removed() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        let (name, admin) = (address("Copier@oakfield.sch.uk"), || {
            Actor::Operator("admin".to_owned())
        });
        let right = Redacted::new("three wrong pianos".to_owned());
        let wrong = Redacted::new("three wrong piano".to_owned());
        store
            .add_account(OAKFIELD, &name, &right, admin(), at(0))
            .await
            .unwrap();
        let taken = store
            .add_account(ELMWOOD, &name, &right, admin(), at(1))
            .await;
        assert!(
            matches!(taken, Err(StoreError::AccountTaken(_))),
            "{taken:?}"
        );
        let lower = address("copier@oakfield.sch.uk");
        let school = store.verify_account(&lower, &right).await.unwrap();
        assert_eq!(school.as_deref(), Some(OAKFIELD));
        assert_eq!(store.verify_account(&name, &wrong).await.unwrap(), None);
        let nobody = address("nobody@oakfield.sch.uk");
        assert_eq!(store.verify_account(&nobody, &right).await.unwrap(), None);
        assert_eq!(
            store.accounts(OAKFIELD).await.unwrap(),
            [(name.clone(), at(0))]
        );
        assert_eq!(store.accounts(ELMWOOD).await.unwrap(), []);
        let elsewhere = store.remove_account(ELMWOOD, &name, admin(), at(2)).await;
        assert!(
            matches!(elsewhere, Err(StoreError::NoAccount(_))),
            "{elsewhere:?}"
        );
        store
            .remove_account(OAKFIELD, &name, admin(), at(3))
            .await
            .unwrap();
        assert_eq!(store.verify_account(&name, &right).await.unwrap(), None);
        assert_eq!(
            store.verify(OAKFIELD).await.unwrap(),
            Verified::Sound { entries: 2 }
        );
    });
}
