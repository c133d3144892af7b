//! AES in CBC mode with padding by hand. CBC proves nothing: a text from a stranger is authenticated
//! before it comes here.

use aes::cipher::consts::U16;
use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt};
use aes::cipher::{BlockSizeUser, Iv, Key, KeyInit, KeyIvInit};

const BLOCK: usize = 16;

/// Encrypts with PKCS #7 padding.
pub fn encrypt<C>(key: &Key<C>, iv: &Iv<cbc::Encryptor<C>>, text: &[u8]) -> Vec<u8>
where
    C: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16> + KeyInit,
{
    let mut bytes = text.to_vec();
    let padding = BLOCK - text.len() % BLOCK;
    bytes.resize(text.len() + padding, u8::try_from(padding).unwrap_or_default());
    let (blocks, _) = Array::slice_as_chunks_mut(&mut bytes);
    cbc::Encryptor::<C>::new(key, iv).encrypt_blocks(blocks);
    bytes
}

/// Decrypts; `None` for whatever is wrong, be it length or padding.
pub fn decrypt<C>(key: &Key<C>, iv: &Iv<cbc::Decryptor<C>>, text: &[u8]) -> Option<Vec<u8>>
where
    C: BlockCipherDecrypt + BlockSizeUser<BlockSize = U16> + KeyInit,
{
    let mut bytes = text.to_vec();
    let (blocks, remainder) = Array::slice_as_chunks_mut(&mut bytes);
    if !remainder.is_empty() {
        return None;
    }
    cbc::Decryptor::<C>::new(key, iv).decrypt_blocks(blocks);
    let length = unpadded(&bytes)?;
    bytes.truncate(length);
    Some(bytes)
}

/// The length without padding. Old software pads to 32 bytes, which NewebPay's own code takes off too.
fn unpadded(bytes: &[u8]) -> Option<usize> {
    let last = *bytes.last()?;
    let length = bytes.len().checked_sub(usize::from(last))?;
    let padding = bytes.get(length..)?;
    ((1..=32).contains(&last) && padding.iter().all(|byte| *byte == last)).then_some(length)
}

#[cfg(test)]
mod tests {
    use aes::{Aes128, Aes256};
    use proptest::prelude::*;

    use super::{decrypt, encrypt, unpadded};

    #[test]
    fn padding_of_1_to_32_equal_bytes_is_taken_off() {
        for n in 1..=32_u8 {
            let padded = [b"text".as_slice(), &vec![n; usize::from(n)]].concat();
            assert_eq!(unpadded(&padded), Some(4), "{n}");
        }
        assert_eq!(unpadded(&[16; 16]), Some(0));
        for bad in [vec![], vec![0; 16], vec![33; 48], vec![17; 16], [vec![1; 13], vec![2, 3, 3]].concat()] {
            assert_eq!(unpadded(&bad), None, "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_encrypted_decrypts(text: Vec<u8>, key: [u8; 32], iv: [u8; 16], short: [u8; 16]) {
            let (key, iv, short) = (&key.into(), &iv.into(), &short.into());
            prop_assert_eq!(decrypt::<Aes256>(key, iv, &encrypt::<Aes256>(key, iv, &text)), Some(text.clone()));
            prop_assert_eq!(decrypt::<Aes128>(short, iv, &encrypt::<Aes128>(short, iv, &text)), Some(text));
        }

        #[test]
        fn no_bytes_make_it_panic(text: Vec<u8>, key: [u8; 32], iv: [u8; 16]) {
            let whole = text.len() % 16 == 0 && !text.is_empty();
            let plain = decrypt::<Aes256>(&key.into(), &iv.into(), &text);
            prop_assert!(whole || plain.is_none());
        }
    }
}
