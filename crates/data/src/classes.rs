use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;

use crate::{ImageFile, Report};

/// The class of each image: the folder it is in, where folders divide a set, as in torchvision's `ImageFolder`.
/// Training does not use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classes {
    /// The names of the folders, sorted.
    pub names: Vec<String>,
    /// For each image, in the order of the images, the index of its name.
    pub labels: Vec<usize>,
}

impl Classes {
    /// Those of a set, by the first level of folders at which its images differ. `None` if there is no such level
    /// or an image lies beside the folders, and where one file holds all images.
    ///
    /// Inside an archive the folders are those of the archive, and several archives are one set.
    pub fn of(report: &Report) -> Option<Self> {
        let folders: Vec<Vec<&OsStr>> = report.files.iter().map(folders).collect();
        let shared = folders.iter().skip(1).fold(folders.first()?.len(), |most, other| {
            folders[0].iter().zip(other).take(most).take_while(|(a, b)| a == b).count()
        });
        let of_images: Option<Vec<&OsStr>> =
            folders.iter().map(|folders| folders.get(shared).copied()).collect();
        let of_images = of_images?;
        let mut indices: BTreeMap<&OsStr, usize> =
            of_images.iter().map(|name| (*name, 0)).collect();
        indices.values_mut().enumerate().for_each(|(i, index)| *index = i);
        Some(Self {
            names: indices.keys().map(|name| name.to_string_lossy().into_owned()).collect(),
            labels: of_images.iter().map(|name| indices[name]).collect(),
        })
    }

    /// The number of images in each class.
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.names.len()];
        self.labels.iter().for_each(|&label| counts[label] += 1);
        counts
    }
}

/// The folders that a file is in, outermost first; in an archive, those there.
fn folders(file: &ImageFile) -> Vec<&OsStr> {
    let path = file.path();
    let inside = file.file.member().and_then(|_| path.to_str()?.rsplit_once(": "));
    let path = inside.map_or(path, |(_, name)| Path::new(name));
    path.parent().into_iter().flat_map(Path::iter).collect()
}
