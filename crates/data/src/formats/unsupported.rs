//! Image formats that cannot be read: their names, how to recognise them, and what to do about them.

use std::path::Path;

/// A format that cannot be read.
struct Unsupported {
    name: &'static str,
    extensions: &'static [&'static str],
    /// The first bytes of its files, where they are distinctive.
    magics: &'static [&'static [u8]],
}

/// What a camera stores before development. Most of these files are TIFFs whose first image is a
/// thumbnail.
pub(crate) const CAMERA_RAW: &str = "camera raw";

const FORMATS: [Unsupported; 17] = [
    Unsupported { name: "AVIF", extensions: &["avif", "avifs"], magics: &[] },
    Unsupported { name: "HEIC", extensions: &["heic", "heics"], magics: &[] },
    Unsupported { name: "HEIF", extensions: &["heif", "heifs", "hif"], magics: &[] },
    Unsupported { name: "JPEG XL", extensions: &["jxl"], magics: &[b"\0\0\0\x0cJXL \r\n\x87\n"] },
    Unsupported {
        name: "JPEG 2000",
        extensions: &["jp2", "j2k", "j2c", "jpc", "jpf", "jpx"],
        magics: &[b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51"],
    },
    Unsupported { name: "JPEG XR", extensions: &["jxr", "wdp", "hdp"], magics: &[b"II\xbc\x01"] },
    Unsupported { name: "Photoshop", extensions: &["psd", "psb"], magics: &[b"8BPS"] },
    Unsupported { name: "SVG", extensions: &["svg", "svgz"], magics: &[b"<svg"] },
    Unsupported { name: "ICO", extensions: &["ico", "cur"], magics: &[] },
    Unsupported { name: "TGA", extensions: &["tga"], magics: &[] },
    Unsupported { name: "OpenEXR", extensions: &["exr"], magics: &[b"\x76\x2f\x31\x01"] },
    // Other programs' headers have the extension hdr too.
    Unsupported { name: "Radiance HDR", extensions: &[], magics: &[b"#?RADIANCE", b"#?RGBE"] },
    Unsupported { name: "DDS", extensions: &["dds"], magics: &[b"DDS \x7c\0\0\0"] },
    Unsupported { name: "QOI", extensions: &["qoi"], magics: &[b"qoif"] },
    Unsupported { name: "farbfeld", extensions: &["ff"], magics: &[b"farbfeld"] },
    Unsupported { name: "PCX", extensions: &["pcx"], magics: &[] },
    Unsupported {
        name: CAMERA_RAW,
        extensions: &[
            "3fr", "arw", "cr2", "cr3", "crw", "dcr", "dng", "erf", "iiq", "k25", "kdc", "mef",
            "mrw", "nef", "nrw", "orf", "pef", "raf", "rw2", "rwl", "sr2", "srf", "srw", "x3f",
        ],
        magics: &[
            b"FUJIFILMCCD-RAW",
            b"II*\0\x10\0\0\0CR",
            b"II\x1a\0\0\0HEAPCCDR",
            b"IIRO",
            b"IIRS",
            b"MMOR",
            b"IIU\0",
            b"\0MRM",
            b"FOVb",
        ],
    },
];

/// The brands of formats in the ISO base media container, and what their files are called.
const BRANDS: [(&[u8; 4], &str); 11] = [
    (b"avif", "AVIF"),
    (b"avis", "AVIF"),
    (b"heic", "HEIC"),
    (b"heix", "HEIC"),
    (b"heim", "HEIC"),
    (b"heis", "HEIC"),
    (b"hevc", "HEIC"),
    (b"hevx", "HEIC"),
    (b"crx ", CAMERA_RAW),
    // What all of the others may call themselves first.
    (b"mif1", "HEIF"),
    (b"msf1", "HEIF"),
];

/// The name of the unsupported format that the first bytes of a file show.
pub(crate) fn from_content(head: &[u8]) -> Option<&'static str> {
    let starts = |format: &&Unsupported| format.magics.iter().any(|magic| head.starts_with(magic));
    let format = FORMATS.iter().find(starts).map(|format| format.name);
    format.or_else(|| from_brands(head)).or_else(|| is_svg(head).then_some("SVG"))
}

/// By the brands in the first box of an ISO base media file.
fn from_brands(head: &[u8]) -> Option<&'static str> {
    let brands = first_box(head)?;
    let has = |brand: &[u8]| brands.chunks_exact(4).any(|found| found == brand);
    BRANDS.iter().find(|(brand, _)| has(*brand)).map(|(_, name)| *name)
}

/// The brands in the first box of an ISO base media file.
pub(super) fn first_box(head: &[u8]) -> Option<&[u8]> {
    let (length, rest) = head.split_first_chunk()?;
    let brands = rest.get(..u32::from_be_bytes(*length).saturating_sub(4) as usize).unwrap_or(rest);
    brands.strip_prefix(b"ftyp")
}

/// Whether it is XML that soon turns out to be SVG.
fn is_svg(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let has = |text: &[u8]| head.windows(text.len()).any(|window| window == text);
    head.starts_with(b"<svg") || head.starts_with(b"<?xml") && has(b"<svg")
}

/// The name of the unsupported format that the extension of a file stands for.
pub(crate) fn from_extension(path: &Path) -> Option<&'static str> {
    let extension = path.extension()?.to_str()?;
    let has = |format: &&Unsupported| {
        format.extensions.iter().any(|known| extension.eq_ignore_ascii_case(known))
    };
    FORMATS.iter().find(has).map(|format| format.name)
}

/// What to do about images in an unsupported format, of which the file at `path` is one: a clause with
/// a command for a shell.
pub fn how_to_convert(path: &Path) -> String {
    // Any other extension would have to be quoted, and no format has one.
    let letters = |text: &&str| text.chars().all(|c| c.is_ascii_alphanumeric());
    let plain = |text: &&str| !text.is_empty() && letters(text);
    let pattern = match path.extension().and_then(|extension| extension.to_str()).filter(plain) {
        // Of several layers or sizes, the first is the whole image.
        Some(known @ ("psd" | "PSD" | "psb" | "PSB" | "ico" | "ICO")) => format!("'*.{known}[0]'"),
        Some(extension) => format!("*.{extension}"),
        None => "FILE".to_owned(),
    };
    format!("convert to PNG first, for example with: magick mogrify -format png {pattern}")
}
